"""Searches through a client that openapi-python-client made of /openapi.json: a search of networks, and an external one.

    python use_generated_client.py URL      with the generated package on PYTHONPATH
"""

import sys

from holdfast_client import Client
from holdfast_client.api.external_trainers import ask, tell
from holdfast_client.api.leaderboard import get_leaderboard
from holdfast_client.api.searches import create_search, get_search
from holdfast_client.models import Leaderboard, Search
from holdfast_client.models.ask_body import AskBody
from holdfast_client.models.search_spec_input import SearchSpecInput
from holdfast_client.models.tell_body_type_0 import TellBodyType0
