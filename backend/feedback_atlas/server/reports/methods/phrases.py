"""Phrases of a methods paragraph for what the catalog names, with the literature."""

from __future__ import annotations

DATASET_REFERENCES = {
    "digits": ("pedregosa2011",),
    "mnist": ("lecun1998",),
    "fashion_mnist": ("xiao2017",),
    "svhn": ("netzer2011",),
    "cifar10": ("krizhevsky2009",),
    "cifar100": ("krizhevsky2009",),
    "folder": (),
}

ARCHITECTURE_REFERENCES = {
    "moskovitz1": ("moskovitz2018",),
    "lenet5": ("lecun1998",),
    "mlp": (),
    "vgg8": (),
    "resnet20": ("he2016",),
    "resnet18": ("he2016",),
}

SUBSET_PHRASES = {
    "all": "",
    "both_correct": ", restricted to those that both networks of a pair classify correctly",
    "bp_correct_method_wrong": ", restricted to those that the reference classifies correctly and "
    "the rule’s network does not",
    "one_class": ", restricted to those of one class",
}
