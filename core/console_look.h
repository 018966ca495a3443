/*
 * A quick look at the lines of application servers: at uvicorn's, the most frequent, by vectors; at
 * the others by what their careful reader looks at in the end.  See looks.h.
 */
#ifndef HTTPSTATUS_CONSOLE_LOOK_H
#define HTTPSTATUS_CONSOLE_LOOK_H

/* The marks: a blank, two that end " - \"", one in the request and one behind it. */
enum {
    UVICORN_START = sizeof "INFO:     " - 1,
    UVICORN_MARKS = 5,
    UVICORN_STATUS = sizeof " HTTP/1.1\" " - 1,
    UVICORN_END = UVICORN_STATUS + sizeof "200" - 1
};

static const struct form uvicorn_form = {
    " HTTP/0.0\" 000 \0"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
    " HTTP/9.9\" 999 \xff"
    "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
    "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
    "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
};

/* "127.0.0.1:60084"; not behind the name of a logger, "INFO:uvicorn.access:". */
static inline bool is_uvicorn_client(const char *p, const char *end)
{
    const char *port = end;

    while (is_digit(port[-1])) /* a blank is before it */
        port--;
    return port < end && port - p > 1 && port[-1] == ':' && *p != 'I';
}

#endif

/* Finds the white space and quotes behind "INFO:     ", as many as matter or a few more. */
TARGET INLINE size_t ISA(uvicorn_marks)(const char *line, size_t size, uint16_t *marks)
{
    uint16_t *last = marks;

    for (size_t at = UVICORN_START; at < size && last - marks < UVICORN_MARKS; at += BLOCK_SIZE) {
        ISA(block) block = ISA(load)(line + at);
        uint64_t found = ISA(within)(block, '\t', '\r') | ISA(either)(block, ' ', '"');
        last = ISA(many_places)(found & inside_line(at, size), at, last);
    }
    return (size_t)(last - marks);
}

/* The last quote closes the request: nothing but letters and the like may follow the status. */
TARGET INLINE int ISA(uvicorn_line)(const char *line, size_t size)
{
    uint16_t marks[UVICORN_MARKS + 2 * BLOCK_SIZE];

    if (memcmp(line, "INFO:     ", UVICORN_START) != 0 ||
        ISA(uvicorn_marks)(line, size, marks) < UVICORN_MARKS)
        return UNPROVED;
    const char *dash = line + marks[0], *back = line + marks[UVICORN_MARKS - 1];
    const size_t left = size - marks[UVICORN_MARKS - 1];
    if (memcmp(dash, " - \"", sizeof " - \"" - 1) != 0 || line[marks[3]] == '"' ||
        marks[2] >= HTTPSTATUS_CONSOLE_FRONT || left < UVICORN_END || left > BLOCK_SIZE ||
        !is_uvicorn_client(line + UVICORN_START, dash))
        return UNPROVED;
    ISA(block) block = ISA(load)(back);
    uint64_t words = ISA(within)(ISA(lower)(block), 'a', 'z') | ISA(either)(block, ' ', '-') |
                     ISA(equal)(block, '\'');
    uint64_t fits = ISA(fits)(block, &uvicorn_form) & (words | BITS(0, UVICORN_END));
    return inside_line(0, left) & ~fits ? UNPROVED : three_digits(back + UVICORN_STATUS);
}

TARGET INLINE int ISA(console_line)(const struct httpstatus_setup *setup, const char *line,
                                    size_t size, uint16_t *substatus)
{
    const int status = ISA(uvicorn_line)(line, size);

    (void)setup;
    (void)substatus;
    return status == UNPROVED ? httpstatus_console_look(line, line + size) : status;
}
