"""What attackers have in common."""

# No server here answers with it, so a client wrote any record that has it.
FAKE = b"299"

STAMP = b"[20/Nov/2026:10:00:00 +0000]"
ISO = b"2026-11-20T10:00:00.000000Z"
