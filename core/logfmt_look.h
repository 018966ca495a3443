/* A quick look at lines of logfmt, in steps of memchr(), which has vectors.  See looks.h. */

TARGET INLINE int ISA(logfmt_line)(const struct httpstatus_setup *setup, const char *line,
                                   size_t size, uint16_t *substatus)
{
    (void)setup;
    (void)substatus;
    return httpstatus_logfmt_look(line, line + size);
}
