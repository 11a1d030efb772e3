import { type ProductOptions, type RunningProduct, startProduct } from "#test/product";
import { type FaultLayer, startFaultLayer } from "./layer.ts";

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
  return {
    product,
    faults,
    async remove() {
      await product.remove();
      await faults.close();
    },
  };
}
