"""What a person types becomes terms and a filter."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.retrieval.parser import parse, write
from engine.values import Filter, Query, Term


def day(*date):
    return datetime(*date, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("a heron at dusk", (Term(words="a heron at dusk"),)),
        (
            "2:bird + ./heron.jpg - drawing",
            (Term(words="bird", weight=2), Term(path="./heron.jpg"), Term(words="drawing", weight=-1)),
        ),
        ("bird -drawing", (Term(words="bird"), Term(words="drawing", weight=-1))),
        ("bird - 0.5:pencil drawing", (Term(words="bird"), Term(words="pencil drawing", weight=-0.5))),
        ("a well-known bird", (Term(words="a well-known bird"),)),
        ('"rock + roll" + 3:"night - day"', (Term(words="rock + roll"), Term(words="night - day", weight=3))),
        ("“two words” + dog", (Term(words="two words"), Term(words="dog"))),
        ('"./my heron.jpg" - snow', (Term(path="./my heron.jpg"), Term(words="snow", weight=-1))),
        ("file:///tmp/a%20b.jpg", (Term(path="/tmp/a b.jpg"),)),
        ("item:12 - item:7", (Term(item_id=12), Term(item_id=7, weight=-1))),
        ("2:item:12", (Term(item_id=12, weight=2),)),
        ("at 12:30 in Rome", (Term(words="at 12:30 in Rome"),)),
        ("- snow", (Term(words="snow", weight=-1),)),
        ("   ", ()),
        ("+", ()),
        ("鳥 + 空", (Term(words="鳥"), Term(words="空"))),
    ],
)
def test_terms(typed, terms):
    assert parse(typed).terms == terms


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("tag:book", Filter(tags=("book",))),
        ('tag:"two words" -tag:blurred', Filter(tags=("two words",), without_tags=("blurred",))),
        ("kind:photo kind:sound", Filter(kinds=("image", "audio"))),
        ("date>=2020", Filter(date_from=day(2020, 1, 1))),
        ("date<=2020-02", Filter(date_to=day(2020, 2, 29, 23, 59, 59))),
        ("date>2020", Filter(date_from=day(2021, 1, 1))),
        ("date<2020-05-17", Filter(date_to=day(2020, 5, 16, 23, 59, 59))),
        ("date:2021-03", Filter(date_from=day(2021, 3, 1), date_to=day(2021, 3, 31, 23, 59, 59))),
        ("stars>=3", Filter(stars_from=3)),
        ("in:plants/2019", Filter(folder="plants/2019")),
        ("flag:pick label:6", Filter(flag=1, label=6)),
        ("size>2mb", Filter(size_from=2_000_001)),
        ('text:"old harbour"', Filter(text="old harbour")),
    ],
)
def test_filters(typed, wanted):
    assert parse(typed) == Query((), wanted)


@pytest.mark.parametrize("typed", ["date>=someday", "date:2020-13", "stars:many", "kind:smell", "colour:red", "tag:"])
def test_what_is_no_filter_is_searched_as_words(typed):
    query = parse(typed)
    assert query.filter == Filter()
    assert query.terms == (Term(words=typed),)


def test_terms_and_filters_may_stand_in_any_order():
    assert parse("tag:book 2:bird date>=2020 - drawing") == Query(
        (Term(words="bird", weight=2), Term(words="drawing", weight=-1)),
        Filter(tags=("book",), date_from=day(2020, 1, 1)),
    )


@given(st.text(max_size=60))
def test_no_text_is_refused(typed):
    parse(typed)


words = (
    st.text(st.sampled_from("abc 1:+-鳥."), min_size=1, max_size=12)
    .map(str.strip)
    .filter(lambda text: text and "  " not in text and not text.startswith((".", "/")))
)
terms = st.builds(Term, words=words, weight=st.sampled_from([1.0, -1.0, 2.0, -0.5]))


@given(st.lists(terms, max_size=4), st.sampled_from([Filter(), Filter(tags=("a b",), stars_from=2, kinds=("image",))]))
def test_a_query_written_down_and_read_again_is_the_same(parts, wanted):
    query = Query(tuple(parts), wanted)
    assert parse(write(query)) == query
