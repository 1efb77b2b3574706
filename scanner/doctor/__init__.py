"""What this machine can see, and whether towns may be graded from here (`beffroi doctor`)."""

from scanner.doctor.examine import before_grading, examine
from scanner.doctor.findings import Finding, Verdict, grading_allowed

__all__ = ["Finding", "Verdict", "before_grading", "examine", "grading_allowed"]
