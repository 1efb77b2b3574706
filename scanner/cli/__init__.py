"""The command line: arguments in, one use case, an exit code out."""
