"""What do all apps stand on (quarters, money, errors, users, jobs), and what lies over them (settings, addresses)?"""
