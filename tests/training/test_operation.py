import numpy as np
import pytest
import tensorflow as tf

from sk_textnn.training._operation import as_operation


@pytest.mark.parametrize("devices", [[], ["a GPU"]])
def test_it_does_what_the_function_does(devices, monkeypatch):
    monkeypatch.setattr(tf.config, "list_logical_devices", lambda kind: devices)
    total = tf.Variable(1.0)

    @tf.function
    def function(numbers, factor):
        total.assign_add(tf.reduce_sum(numbers))
        return {"total": total.read_value(), "products": (numbers * factor,)}

    specs = tf.TensorSpec((None,), tf.float32), tf.TensorSpec((), tf.float32)
    call = as_operation(function.get_concrete_function(*specs))
    for n, expected in (2, 3.0), (3, 6.0):
        found = call(np.ones(n, dtype=np.float32), tf.constant(5.0))
        assert found["total"] == total == expected
        (products,) = found["products"]
        np.testing.assert_array_equal(products, np.full(n, 5))
