/* Internal: the orders of columns of comma-separated logs. */
#ifndef HTTPSTATUS_CSV_H
#define HTTPSTATUS_CSV_H

#include "formats.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* What the values of a column look like. */
enum csv_form {
    CSV_TEXT,     /* anything */
    CSV_ADDRESS,  /* "192.0.2.1", "2001:db8::1", "fe80::1%4" */
    CSV_STAMP,    /* "28/Nov/2026:12:00:00 +0000" */
    CSV_DATE,     /* "11/28/2026", "3/2/01" */
    CSV_CLOCK,    /* "7:55:20" */
    CSV_MICROS,   /* of microseconds since 1970, 16 digits: 2001 to 2286 */
    CSV_METHOD,   /* in capital letters, or absent, as are the path and the protocol */
    CSV_PATH,     /* "/..." */
    CSV_PROTOCOL, /* "HTTP/1.1" */
    CSV_STATUS,
    CSV_NUMBER,  /* digits, or absent */
    CSV_ID,      /* letters, digits and those of Base64 */
    CSV_SERVICE, /* "W3SVC1": a site of IIS */
    CSV_NAME     /* of a computer */
};

struct csv_column {
    unsigned char form, part; /* HTTPSTATUS_PARTS: none */
};
enum { CSV_COLUMNS = 17 }; /* of the longest order */
struct csv_order {
    const struct csv_column *columns;
    unsigned char count, fewer, most; /* a record has as few as 'fewer' or as many as 'most' */
    bool more;                        /* or more, which are of no form */
    short unit;                       /* of durations: powers of ten of a second */
};
enum csv_order_name { CSV_OF_GATEWAY, CSV_OF_IIS, CSV_OF_STORAGE, CSV_ORDERS };
extern const struct csv_order httpstatus_csv_orders[CSV_ORDERS];

/* So many bytes at least come before a bracket in a line of IIS's: only the target may have one. */
enum { CSV_BRACKET = sizeof "::, , 1/1/01, 0:00:00, W3SVC1, a, ::, 0, 0, 0, -, 0, ," - 1 };

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
