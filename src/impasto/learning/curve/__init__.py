"""The learning curve: would more works help?"""
