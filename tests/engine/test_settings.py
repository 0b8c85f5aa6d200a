"""Settings: declared once, kept at once, safe to edit by hand."""

import pytest

from engine.errors import UserFixable
from engine.settings import SETTINGS, Settings


@pytest.fixture
def folders(tmp_path):
    return tmp_path / "library", tmp_path / "user.json"


def open_settings(folders):
    return Settings(folders[0], user=folders[1])


def test_every_setting_says_what_it_does_and_its_default_fits():
    assert len({setting.name for setting in SETTINGS}) == len(SETTINGS)
    for setting in SETTINGS:
        assert setting.label[0].isupper()
        assert setting.help.endswith(".")
        assert setting.checked(setting.default) == setting.default


def test_a_change_holds_after_a_restart_and_only_where_it_belongs(folders):
    settings = open_settings(folders)
    settings.set("look.theme", "dark")
    settings.set("map.seed", 11)
    settings.set("files.junk", ["*.tmp", "cache"])
    again = open_settings(folders)
    assert again.get("look.theme") == "dark"
    assert again.get("files.junk") == ("*.tmp", "cache")
    other = Settings(folders[0].parent / "other", user=folders[1])
    assert other.get("look.theme") == "dark"  # the user's
    assert other.get("map.seed") == 7  # the library's
    again.reset("look.theme")
    assert again.is_default("look.theme")
    assert "look.theme" not in folders[1].read_text()


@pytest.mark.parametrize(
    ("name", "value"),
    [("look.theme", "pink"), ("look.size", 300), ("look.size", "large"), ("look.reduce_motion", 1), ("map.seed", -1)],
)
def test_a_value_that_does_not_fit_is_refused_with_what_does(folders, name, value):
    settings = open_settings(folders)
    with pytest.raises(UserFixable, match="Choose"):
        settings.set(name, value)
    assert settings.is_default(name)


@pytest.mark.parametrize(
    "content", ["", "{", '{"values": 3}', '{"version": 9, "values": {"look.size": "x", "gone": 1}}']
)
def test_a_damaged_or_foreign_file_leaves_the_defaults_in_force(folders, content):
    folders[1].write_text(content)
    assert open_settings(folders).get("look.size") == 100


def test_listeners_hear_of_changes_until_they_stop(folders):
    heard = []
    settings = open_settings(folders)
    stop = settings.subscribe(lambda name, value: heard.append((name, value)))
    settings.set("look.size", 120)
    stop()
    settings.set("look.size", 130)
    assert heard == [("look.size", 120)]


def test_an_undeclared_name_is_a_mistake_of_ours(folders):
    with pytest.raises(KeyError):
        open_settings(folders).get("look.colour")
