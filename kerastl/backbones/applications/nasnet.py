"""NASNet-A (Zoph et al. 2018, https://arxiv.org/abs/1707.07012)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kerastl.backbones.applications.application import Application

if TYPE_CHECKING:
    from kerastl.backbones.partition import End


def _ends(cells: int) -> dict[str, End]:
    """Say where the stages of a network with some normal cells between reductions end.

    Every cell takes the outputs of the two cells before it, so two tensors pass on.
    """

    def after(cell: int) -> tuple[str, str]:
        return f"normal_concat_{cell - 1}", f"normal_concat_{cell}"

    return {
        "stem": ("reduction_concat_stem_1", "reduction_concat_stem_2"),
        "stage1": after(cells - 1),
        "stage2": after(2 * cells),
        "stage3": "output",
    }


APPLICATIONS = (
    Application("nasnet_mobile", "NASNetMobile", "tf", (224, 224), _ends(4)),
    Application("nasnet_large", "NASNetLarge", "tf", (331, 331), _ends(6)),
)
