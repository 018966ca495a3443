/* A quick look at lines of ltsv, in steps of memchr(), which has vectors.  See looks.h. */

TARGET INLINE int ISA(ltsv_line)(const struct httpstatus_setup *setup, const char *line,
                                 size_t size, uint16_t *substatus)
{
    (void)setup;
    (void)substatus;
    return httpstatus_ltsv_look(line, line + size);
}
