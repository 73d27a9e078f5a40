"""Processes that train together: who they are, and how they agree, share and exchange."""
