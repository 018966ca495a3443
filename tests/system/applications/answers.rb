# The application that answers what its path begins with, /404/a by 404, by WEBrick.
require 'webrick'
server = WEBrick::HTTPServer.new(BindAddress: '127.0.0.1', Port: ARGV[0].to_i)
server.mount_proc('/') do |request, response|
  response.status = (request.path[%r{\A/([2-5]\d\d)\b}, 1] || 200).to_i
  response['X-Answer'] = response.status.to_s
  response.body = "x\n" unless [204, 304].include?(response.status)
end
trap('TERM') { server.shutdown }
server.start
