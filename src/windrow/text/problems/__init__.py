"""Problems that a program can pose and solve: mathematics, logic and small programs, each by two ways or more."""
