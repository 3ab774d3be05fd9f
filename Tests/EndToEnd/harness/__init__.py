"""What the end-to-end tests stand on: processes with deadlines, deployments in a folder, clients, journals on disk.

Nothing here knows what is right; that is said by the tests alone.
"""
