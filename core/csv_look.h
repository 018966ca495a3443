/* A quick look at comma-separated lines, by their careful reader alone.  See looks.h. */

TARGET INLINE int ISA(csv_line)(const struct httpstatus_setup *setup, const char *line, size_t size,
                                uint16_t *substatus)
{
    (void)setup;
    (void)substatus;
    return httpstatus_csv_look(line, line + size);
}
