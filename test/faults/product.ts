import { type ProductOptions, type RunningProduct, readEndpoints, startProduct } from "#test/product";
import { type FaultLayer, startFaultLayer } from "./layer.ts";
import { restSender } from "./rest.ts";

export interface FaultyProduct {
  readonly product: RunningProduct;
  readonly faults: FaultLayer;
  remove(): Promise<void>;
}

/** The real product, with a layer between its functions and its engines that tests can let things go wrong in. */
export async function startFaultyProduct(options: ProductOptions = {}): Promise<FaultyProduct> {
  const faults = await startFaultLayer();
  const environment = { ...faults.environment, ...options.environment };
  const product = await startProduct({ ...options, environment });
  faults.sendRestBy(restSender(await readEndpoints(product)));
  return {
    product,
    faults,
    async remove() {
      await product.remove();
      await faults.close();
    },
  };
}
