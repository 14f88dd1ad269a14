"""Methods that answer a misspelt option with the nearest option."""

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from kerastl.basics.suggest import nearest, unknown_option


def known_options(advice: Mapping[str, str] | None = None) -> Callable[[Any], Any]:
    """Return a decorator that answers a keyword argument which a function does not have.

    The error names the nearest option of the function. An option of the constructor is named as
    such if the class has a method `options`.

    Args:
        advice: What to do instead, by the name of an unknown option. Defaults to none.

    Returns:
        A decorator of functions and methods without `**kwargs`. An unknown option raises an
        `UnknownOptionError`.

    Example:

    >>> @known_options()
    ... def fit(data, *, batch_size=16): ...
    >>> fit([], batchsize=8)
    Traceback (most recent call last):
    kerastl.basics.suggest.UnknownOptionError: fit() has no option 'batchsize'. Did you mean \
'batch_size'? Received: batchsize=8
    """

    def decorate(call: Any) -> Any:
        parameters = inspect.signature(call).parameters
        is_method = "self" in parameters
        names = [name for name in parameters if name != "self"]
        if any(each.kind is inspect.Parameter.VAR_KEYWORD for each in parameters.values()):
            return call

        @functools.wraps(call)
        def checked(*arguments: Any, **options: Any) -> Any:
            for name in options.keys() - parameters.keys():
                owner, elsewhere = call.__name__, dict(advice or {})
                if is_method and arguments:
                    cls = type(arguments[0])
                    owner = f"{cls.__name__}.{owner}"
                    for option in getattr(cls, "options", tuple)():
                        elsewhere[option] = f"`{option}` is an option of {cls.__name__}()."
                meant = next(iter(nearest(name, {*names, *elsewhere})), name)
                instead = None if meant in names else elsewhere.get(meant)
                raise unknown_option(f"{owner}()", name, options[name], names, instead)
            return call(*arguments, **options)

        return checked

    return decorate


def check_calls(cls: type, advice: Mapping[str, str] | None = None) -> None:
    """Apply `known_options` to the public methods that a class defines itself.

    Args:
        cls: The class. Properties, class methods and static methods are left as they are.
        advice: As for `known_options`.
    """
    for name, value in list(vars(cls).items()):
        if not name.startswith("_") and inspect.isfunction(value):
            setattr(cls, name, known_options(advice)(value))
