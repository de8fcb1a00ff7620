"""`python -m windrow.testing`: the scripted server, until it is told to stop."""

from windrow.testing.spawned import main

if __name__ == "__main__":
    main()
