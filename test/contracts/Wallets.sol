// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// The project's own stand-ins for the three contract wallets: each believes a call only by its owner's signature, in the form that the
/// venue's own wallet asks for.
abstract contract OwnedWallet {
    address public immutable owner;
    uint256 public nonce;

    constructor(address owner_) {
        owner = owner_;
    }

    receive() external payable {}

    function onERC1155Received(address, address, uint256, uint256, bytes calldata) external pure returns (bytes4) {
        return this.onERC1155Received.selector;
    }

    function onERC1155BatchReceived(address, address, uint256[] calldata, uint256[] calldata, bytes calldata) external pure returns (bytes4) {
        return this.onERC1155BatchReceived.selector;
    }

    function personal(bytes32 digest) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked("\x19Ethereum Signed Message:\n32", digest));
    }

    function signerOf(bytes32 digest, bytes calldata signature, uint8 shift) internal pure returns (address) {
        require(signature.length == 65, "signature has 65 bytes");
        return ecrecover(digest, uint8(signature[64]) - shift, bytes32(signature[0:32]), bytes32(signature[32:64]));
    }

    function bubble(bool ok, bytes memory result) internal pure {
        if (ok) return;
        assembly {
            revert(add(result, 32), mload(result))
        }
    }
}

contract SafeWallet is OwnedWallet {
    bytes32 private constant DOMAIN = keccak256("EIP712Domain(uint256 chainId,address verifyingContract)");
    bytes32 private constant SAFE_TX = keccak256(
        "SafeTx(address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,uint256 baseGas,uint256 gasPrice,address gasToken,address refundReceiver,uint256 nonce)"
    );

    constructor(address owner_) OwnedWallet(owner_) {}

    function execTransaction(address to, bytes calldata data, uint8 operation, bytes calldata signature) external {
        bytes32 domain = keccak256(abi.encode(DOMAIN, block.chainid, address(this)));
        bytes32 tx_ = keccak256(abi.encode(SAFE_TX, to, 0, keccak256(data), operation, 0, 0, 0, address(0), address(0), nonce++));
        bytes32 digest = keccak256(abi.encodePacked("\x19\x01", domain, tx_));
        require(signerOf(personal(digest), signature, 4) == owner, "invalid signature");
        (bool ok, bytes memory result) = operation == 1 ? to.delegatecall(data) : to.call(data);
        bubble(ok, result);
    }
}

/// Packed calls: operation, to, value, length, data. Runs in the name of whoever delegates to it.
contract MultiSend {
    function multiSend(bytes calldata transactions) external {
        uint256 at = 0;
        while (at < transactions.length) {
            address to = address(bytes20(transactions[at + 1:at + 21]));
            uint256 length = uint256(bytes32(transactions[at + 53:at + 85]));
            (bool ok, bytes memory result) = to.call(transactions[at + 85:at + 85 + length]);
            if (!ok) {
                assembly {
                    revert(add(result, 32), mload(result))
                }
            }
            at += 85 + length;
        }
    }
}

contract ProxyWallet is OwnedWallet {
    struct ProxyCall {
        uint8 typeCode;
        address to;
        uint256 value;
        bytes data;
    }

    address private immutable factory;
    address private immutable relayHub;

    constructor(address owner_, address factory_, address relayHub_) OwnedWallet(owner_) {
        factory = factory_;
        relayHub = relayHub_;
    }

    /// What hub and factory do between them: the owner signed "rlx:" over the factory's call.
    function relay(bytes calldata data, uint256 gasLimit, address relay_, bytes calldata signature) external {
        bytes32 digest = keccak256(
            abi.encodePacked("rlx:", owner, factory, data, uint256(0), uint256(0), gasLimit, nonce++, relayHub, relay_)
        );
        require(signerOf(personal(digest), signature, 0) == owner, "invalid signature");
        ProxyCall[] memory calls = abi.decode(data[4:], (ProxyCall[]));
        for (uint256 i = 0; i < calls.length; i++) {
            require(calls[i].typeCode == 1, "only calls");
            (bool ok, bytes memory result) = calls[i].to.call(calls[i].data);
            bubble(ok, result);
        }
    }
}

contract DepositWallet is OwnedWallet {
    struct Call {
        address target;
        uint256 value;
        bytes data;
    }

    bytes32 private constant DOMAIN =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant CALL = keccak256("Call(address target,uint256 value,bytes data)");
    bytes32 private constant BATCH =
        keccak256("Batch(address wallet,uint256 nonce,uint256 deadline,Call[] calls)Call(address target,uint256 value,bytes data)");

    constructor(address owner_) OwnedWallet(owner_) {}

    function execute(Call[] calldata calls, uint256 deadline, bytes calldata signature) external {
        require(block.timestamp <= deadline, "deadline has passed");
        bytes32[] memory hashes = new bytes32[](calls.length);
        for (uint256 i = 0; i < calls.length; i++) {
            hashes[i] = keccak256(abi.encode(CALL, calls[i].target, calls[i].value, keccak256(calls[i].data)));
        }
        bytes32 batch = keccak256(abi.encode(BATCH, address(this), nonce++, deadline, keccak256(abi.encodePacked(hashes))));
        bytes32 domain = keccak256(abi.encode(DOMAIN, keccak256("DepositWallet"), keccak256("1"), block.chainid, address(this)));
        require(signerOf(keccak256(abi.encodePacked("\x19\x01", domain, batch)), signature, 0) == owner, "invalid signature");
        for (uint256 i = 0; i < calls.length; i++) {
            (bool ok, bytes memory result) = calls[i].target.call(calls[i].data);
            bubble(ok, result);
        }
    }
}
