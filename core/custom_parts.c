/* The parts of records in a server's own format. */
#include "locator.h"
#include "parts.h"

bool httpstatus_custom_divide(struct division *d)
{
    (void)d;
    return false;
}
