"""The scripts that answer in a process of their own while a run is killed."""

from bench_run import answers, honest

teacher = answers(0.3)


def both(request, number):
    """A teacher and a judge behind one address, told apart by what they are asked."""
    return honest(request, number) if request["model"] == "judge" else teacher(request, number)
