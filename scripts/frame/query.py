"""Runs SQL for the frame in the environment that has the driver; speaks JSON on its standard streams.

Takes ``{"database": …, "statements": [[sql, parameters], …]}``, answers ``{"rows": […]}`` of the last statement that
returns any, or ``{"error": …}``.
"""

import json
import sys

import psycopg2


def answer(request):
    """Run the statements one by one, each in a transaction of its own, as CREATE DATABASE demands."""
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
