# .run.sh NAME: browser test NAME against the product at 4717
sed -E 's/startProduct\(\{[^)]*\}\)|startProduct\(\)/Promise.resolve({ url: "http:\/\/localhost:4717", remove: async () => {}, call: undefined as never } as unknown as RunningProduct)/' test/console/$1.test.ts | sed -E "s/planCutoff\(page, [0-9]+\)/planCutoff(page, 1 + Math.floor(Math.random() * 900))/" > test/console/zz-$1.test.ts
shift_name=$1; shift
vitest run test/console/zz-$shift_name.test.ts --testTimeout=150000 "$@" 2>&1 | tail -80
