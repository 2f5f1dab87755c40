"""Texts of config and data are shown as they are written: none becomes a picture, a link, HTML or a colour."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from streamlit.testing.v1 import AppTest

from harmmodel import pipeline
from harmmodel.views import words
from tests import tiny
from tests.app.conftest import PAGES, open_app

# At most six words and 60 characters, as the label of an indicator.
HOSTILE = "![i](http://x.invalid) [l](http://x.invalid) <b>:red[r] $z$ **y**"[:0] or "![i](//x.invalid) <b>q</b> :red[r] $z$ **y** `k`"
SIGNS = re.compile(r"(?<!\\)(!\[i|\]\(|<b>|\$z|\*\*y|`k)|:red\[")
'''
'''
