"""The keyword arguments of a class, those that it passes on to its bases included."""

import inspect


def keyword_options(cls: type) -> tuple[str, ...]:
    """Return the names of the arguments with a default that a class takes by keyword.

    An `__init__` with `**kwargs` passes them on: the arguments of the next class in the method
    resolution order count as well.

    Args:
        cls: The class.

    Returns:
        The names, those of the class itself first.

    Example:

    >>> class Base:
    ...     def __init__(self, *, size=1): ...
    >>> class Child(Base):
    ...     def __init__(self, *, colour="red", **kwargs): ...
    >>> keyword_options(Child)
    ('colour', 'size')
    """
    names: dict[str, None] = {}
    for each in cls.__mro__:
        if "__init__" not in vars(each):
            continue
        parameters = inspect.signature(vars(each)["__init__"]).parameters.values()
        names.update(
            (parameter.name, None)
            for parameter in parameters
            if parameter.default is not inspect.Parameter.empty
        )
        if all(parameter.kind is not inspect.Parameter.VAR_KEYWORD for parameter in parameters):
            break
    return tuple(names)
