"""What a row is grown from goes on it: self_instruct shows accepted rows to whoever writes the next ones."""

from windrow.flow.recipes.instruct.draws import draw, exemplar_of
from windrow.flow.recipes.instruct.rows import bare
from windrow.row import Lineage, Message, Row
from windrow.run.terms import Gate
from windrow.shapes import Seed

FREE, RESTRICTED, OLDER = "openai/Qwen/Qwen3-8B", "openai/gpt-5", "openai/claude-opus-4-7"


def task(number, **lineage):
    turns = (Message("user", f"Task {number}"), Message("assistant", "Done."))
    return Row("sft", messages=turns, reference={"instruction": f"Task {number}"}, lineage=Lineage(**lineage))


def test_a_task_descends_from_the_models_of_the_accepted_tasks_in_its_draw_and_of_no_others():
    human = [exemplar_of(task(n, models=(OLDER,), licences=("mine",)), f"h{n}", f"h{n}", human=True) for n in range(6)]
    shown = [task(6, models=(FREE,)), task(7, models=(RESTRICTED,), descent=(OLDER,), licences=("CC-BY-4.0",))]
    machine = [exemplar_of(row, row.id, row.id, human=False) for row in shown]
    grown = bare("A new task", Seed("k", draw(1, human, machine), "draw 1", "k"), 0).lineage
    assert set(grown.descent) == {FREE, RESTRICTED, OLDER}
    assert grown.licences == ("CC-BY-4.0",)
    alone = bare("A new task", Seed("k", draw(1, human, ()), "draw 1", "k"), 0).lineage
    assert (alone.descent, alone.licences) == ((), ())


def test_descent_and_terms_are_kept_on_disk_and_in_exports():
    row = task(1, models=(FREE,), descent=(RESTRICTED,))
    assert Row.from_dict(row.to_dict()) == row
    marked = Gate.of_config({"models": {}}, base=None).marked(row)
    assert (marked.lineage.terms, marked.lineage.licences) == ("no", ("Apache-2.0", "OpenAI services agreement"))
    assert marked.id == row.id
    assert marked.to_dict()["lineage"]["terms"] == "no"
    assert Row.from_dict(marked.to_dict()) == marked
