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

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
