"""What the scripted server of the kill test answers: right traces of a product, by two ways."""

from test_distillation_again import model


def answer(request, number):
    return model(request, number)
