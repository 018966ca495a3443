# The application that answers what its path begins with, /404/a by 404.
require 'rack'
use Rack::CommonLogger
run(lambda do |environment|
  status = (environment['PATH_INFO'][%r{\A/([2-5]\d\d)\b}, 1] || 200).to_i
  bare = [204, 304].include?(status)
  headers = { 'X-Answer' => status.to_s }
  headers['Content-Type'] = 'text/plain' unless bare
  [status, headers, bare ? [] : ["x\n"]]
end)
