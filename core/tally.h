/* Internal: counting. */
#ifndef HTTPSTATUS_TALLY_H
#define HTTPSTATUS_TALLY_H

#include "line.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* Counts a record, or what else is on the line of that number; not the line itself. */
void httpstatus_count(struct httpstatus_tally *tally, const struct result *result, uint64_t number);

void httpstatus_count_record(struct httpstatus_tally *tally, int status, int substatus);
void httpstatus_count_pair(struct httpstatus_tally *tally, int status, int substatus,
                           uint64_t count);

/* 1 to 5; 0 outside of 100..599. */
static inline int class_digit(int status)
{
    return status >= 100 && status <= 599 ? status / 100 : 0;
}

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
