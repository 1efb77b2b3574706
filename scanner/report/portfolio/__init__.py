"""The syndicate's own documents: all members on one page, as a table for a spreadsheet, and messages about shared causes."""

from __future__ import annotations

from scanner.report.portfolio.aliases import Names
from scanner.report.portfolio.group_tickets import Audience, GroupTicket, group_tickets
from scanner.report.portfolio.page import Links, render_portfolio
from scanner.report.portfolio.sheet import to_portfolio_csv

__all__ = ["Audience", "GroupTicket", "Links", "Names", "group_tickets", "render_portfolio", "to_portfolio_csv"]
