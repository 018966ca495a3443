/* A program that uses the installed library. */
#include <stdio.h>
#include <string.h>

#include <httpstatus.h>

int main(void)
{
    printf("%s: 404 is %s\n", httpstatus_version(), httpstatus_phrase(404).data);
    return strcmp(httpstatus_version(), HTTPSTATUS_VERSION) != 0 ||
           strcmp(httpstatus_phrase(404).data, "Not Found") != 0;
}
