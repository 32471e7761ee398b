#!/usr/bin/env python3
"""Deposits and withdrawals as lines `key:json` for `logstore produce --key-separator :`.

usage: produce.py COUNT [SEED [DUPLICATES]]   DUPLICATES: how many of 100 records are sent twice
"""
import json
import random
import sys

count = int(sys.argv[1])
random.seed(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
duplicates = int(sys.argv[3]) if len(sys.argv) > 3 else 0
for number in range(1, count + 1):
    account = f"account-{random.randrange(100)}"
    record = {"id": number, "account": account, "amount": random.randint(-500, 500)}
    line = f"{account}:{json.dumps(record)}"
    print(line)
    if random.randrange(100) < duplicates:
        print(line)
