<?php // The application that answers what its path begins with, /404/a by 404.
$status = preg_match('~^/([2-5]\d\d)\b~', $_SERVER['REQUEST_URI'], $found) ? (int) $found[1] : 200;
http_response_code($status);
header("X-Answer: $status");
if ($status !== 204 && $status !== 304) {
    echo "x\n";
}
