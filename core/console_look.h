/* A quick look at the lines of application servers: they are never so many that it pays. */

TARGET INLINE int ISA(console_line)(const struct httpstatus_setup *setup, const char *line,
                                    size_t size, uint16_t *substatus)
{
    (void)setup;
    (void)line;
    (void)size;
    (void)substatus;
    return UNPROVED;
}
