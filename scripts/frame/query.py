"""Runs SQL for the frame in the environment with the driver; reads and writes JSON on its standard streams.

The input is ``{"database": …, "statements": [[sql, parameters], …]}``, the output is ``{"rows": […]}`` of the last
statement that returns rows, or ``{"error": …}``.
"""

import json
import sys

import psycopg2


def answer(request):
    """Run the statements one by one, each in its own transaction, as CREATE DATABASE requires."""
    connection = psycopg2.connect(dbname=request['database'], connect_timeout=10)
    connection.autocommit = True
    rows = []
    with connection.cursor() as cursor:
        for statement, parameters in request['statements']:
            cursor.execute(statement, parameters or None)
            if cursor.description:
                rows = cursor.fetchall()
    connection.close()
    return rows


if __name__ == '__main__':
    try:
        result = {'rows': answer(json.load(sys.stdin))}
    except psycopg2.Error as error:
        result = {'error': str(error).strip()}
    json.dump(result, sys.stdout, default=str)
