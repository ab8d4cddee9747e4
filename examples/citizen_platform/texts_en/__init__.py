"""The English words of the public pages, by their German ones."""

from citizen_platform.texts_en.account import ACCOUNT
from citizen_platform.texts_en.fields import FIELDS
from citizen_platform.texts_en.pages import ENTRANCE, PAGES, YOUNG
from citizen_platform.texts_en.teams import MEETINGS, TEAMS

#: Words that are the same in both languages.
SAME = frozenset({"Name", "Team", "Teams", "Text"})

ENGLISH = PAGES | ENTRANCE | YOUNG | ACCOUNT | TEAMS | MEETINGS | FIELDS
