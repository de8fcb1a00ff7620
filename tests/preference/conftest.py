"""Preferences, run through the front door."""

import pytest

from front_door import grown


@pytest.fixture
def grow(tmp_path):
    """grow(seeds, {role: a script, or an address}, **knobs of the recipe): the rows, through HTTP."""

    def grow(seeds, models, *, out="out", rows=None, filters=(), exports=(), **knobs):
        use = {"use": "preference", **({"rows": rows} if rows else {}), "filters": list(filters), **knobs}
        return grown(tmp_path, seeds, models, use, out=out, exports=list(exports))

    return grow
