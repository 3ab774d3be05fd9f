"""Whoever connects to the wrong endpoint is told of in the log, and nobody ends of it."""

import zmq

from harness.deployment import Deployment, payments


def test_a_monitor_that_is_answered_nonsense_says_so(weir, zmq_context):
    deployment = Deployment(weir, payments())
    tail = zmq_context.socket(zmq.ROUTER)
    tail.setsockopt(zmq.LINGER, 0)
    tail.setsockopt(zmq.RCVTIMEO, 20_000)
    tail.bind(deployment.endpoints["tail"])
    monitor = deployment.monitor()
    peer, _ = tail.recv_multipart()
    tail.send_multipart([peer, b"nonsense"])
    monitor.says("an answer of the journal's tail was unreadable; ignored")
    assert monitor.is_running()
    tail.close()


def test_a_learner_that_is_sent_several_parts_says_so(weir, connect):
    deployment = Deployment(weir, payments())
    learner = deployment.learn()
    connect(deployment.endpoints["journal"], zmq.DEALER).socket.send_multipart([b"", b"anything"])
    learner.says("a message had 3 parts instead of two; ignored")
    learner.stop().succeeded()
