-- Send the requests of a file, one after the other; print the figures as one line of JSON.
-- wrk ... -- FILE TOKEN     every UNIQUE in a request becomes a text that was never sent before

local requests, count, token = {}, 0, ""

function init(arguments)
  token = arguments[2] or ""
  for line in io.lines(arguments[1]) do
    local unique = line:find("UNIQUE", 1, true) ~= nil
    requests[#requests + 1] = unique and line or wrk.format("GET", line)
  end
end

function request()
  count = count + 1
  local line = requests[(count - 1) % #requests + 1]
  if line:sub(1, 1) ~= "/" then return line end
  return wrk.format("GET", (line:gsub("UNIQUE", token .. count)))
end

function done(summary, latency, _)
  local errors = summary.errors
  local bad = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format(
    'FIGURES {"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "bytes": %d, "bad": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, summary.bytes, bad
  ))
end
