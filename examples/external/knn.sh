#!/bin/sh
# A trainer of one's own in plain shell: curl, sed and awk. It predicts the width of iris petals from their length, by the k
# nearest neighbours; Holdfast never sees the data, only which rows it says are for training, and the score of each other row.
#
#   sh examples/external/knn.sh              submits examples/external/knn.json and trains all of it
#   sh examples/external/knn.sh se_… two     helps with a search that is there, as the client "two"
set -eu
here=$(cd "$(dirname "$0")" && pwd)
url=${HOLDFAST_URL:-http://127.0.0.1:8080}
client=${2:-shell-$$}

# post PATH JSON: the answer on one line; ends the script where the service refuses.
post() {
  curl -sS --fail-with-body -X POST "$url$1" -H 'content-type: application/json' \
    ${HOLDFAST_KEY:+-H "authorization: Bearer $HOLDFAST_KEY"} -d "$2"
}

# field NAME: the value of a name that stands once in $answer, a number or a text without quotes in it.
field() { printf '%s' "$answer" | sed -n 's/.*"'"$1"'":"\{0,1\}\([^",}]*\).*/\1/p'; }
list() { printf '%s' "$answer" | sed -n 's/.*"'"$1"'":\[\([0-9,]*\)\].*/\1/p'; }

if [ $# -gt 0 ]; then
  search=$1
else
  answer=$(post /v1/searches "$(cat "$here/knn.json")")
  search=$(printf '%s' "$answer" | sed -n 's/^{"id":"\([^"]*\)".*/\1/p')
  echo "Submitted $search"
fi

while :; do
  answer=$(post "/v1/searches/$search/asks" '{ "client": "'"$client"'", "waitSeconds": 10 }')
  case $(field next) in
    stop) break ;;
    wait) sleep "$(field retryAfterSeconds)"; continue ;;
  esac
  result=$(awk -F, -v k="$(field k)" -v weights="$(field weights)" -v lease="$(field token)" \
    -v training="$(list training)" -v validation="$(list validation)" '
    NR > 1 { x[NR - 2] = $3; y[NR - 2] = $4 }  # rows count from 0, below the header
    END {
      n = split(training, train, ","); m = split(validation, held, ",")
      for (i = 1; i <= m; i++) {
        for (j = 1; j <= n; j++) { d = x[held[i]] - x[train[j]]; away[j] = d < 0 ? -d : d; taken[j] = 0 }
        sum = 0; total = 0
        for (s = 1; s <= k && s <= n; s++) {
          near = 0
          for (j = 1; j <= n; j++) if (!taken[j] && (!near || away[j] < away[near])) near = j
          taken[near] = 1
          w = weights == "distance" ? 1 / (away[near] + 0.01) : 1
          sum += w * y[train[near]]; total += w
        }
        error = y[held[i]] - sum / total
        squares += error * error
        rows = rows (i > 1 ? "," : "") sprintf("%.9g", error * error)
      }
      printf "{\"lease\":\"%s\",\"score\":%.9g,\"rowScores\":[%s]}", lease, sqrt(squares / m), rows
    }' "$here/../data/iris.csv")
  # A result that comes too late is refused: somebody else has the fold run by then, so it is left and the next is asked for.
  post "$(field resultPath)" "$result" > /dev/null || echo "A result was not taken" >&2
done

echo "The search is $(field status): $url/v1/searches/$search/leaderboard.csv"
curl -sS ${HOLDFAST_KEY:+-H "authorization: Bearer $HOLDFAST_KEY"} \
  "$url/v1/searches/$search/leaderboard.csv" | cut -d, -f1-2,5-7 | head -n 4
