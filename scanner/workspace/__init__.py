"""A workspace: one folder with the settings and the store; how it is made, kept safe and taken back."""

from scanner.workspace.initial import make_workspace
from scanner.workspace.problems import WorkspaceError

__all__ = ["WorkspaceError", "make_workspace"]
