token=$(curl -s -u piedmont-administrator:local -d grant_type=client_credentials localhost:4717/oidc/token | node -pe "JSON.parse(require('fs').readFileSync(0)).access_token")
api() { curl -s -X "$1" "localhost:4717/v1/$2" -H "authorization: Bearer $token" -H 'content-type: application/json' ${3:+-d "$3"}; }
api "$@"
