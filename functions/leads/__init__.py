"""Leads as they are stored: the one move that changes them, their table and the alert they owe."""
