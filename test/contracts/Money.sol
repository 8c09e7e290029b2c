// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// The project's own stand-ins for the venue's money on a local chain: no package ships theirs. USDC.e backs pUSD one for one.
contract Token {
    string public name;
    uint8 public constant decimals = 6;
    uint256 public totalSupply;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;
    mapping(address => bool) public minters;

    constructor(string memory name_) {
        name = name_;
        minters[msg.sender] = true;
    }

    function setMinter(address minter) external {
        require(minters[msg.sender], "not a minter");
        minters[minter] = true;
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        return true;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        _move(msg.sender, to, amount);
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        uint256 allowed = allowance[from][msg.sender];
        require(allowed >= amount, "allowance is not enough");
        if (allowed != type(uint256).max) allowance[from][msg.sender] = allowed - amount;
        _move(from, to, amount);
        return true;
    }

    function mint(address to, uint256 amount) external {
        require(minters[msg.sender], "not a minter");
        totalSupply += amount;
        balanceOf[to] += amount;
    }

    function burn(uint256 amount) external {
        require(balanceOf[msg.sender] >= amount, "balance is not enough");
        totalSupply -= amount;
        balanceOf[msg.sender] -= amount;
    }

    function _move(address from, address to, uint256 amount) private {
        require(balanceOf[from] >= amount, "balance is not enough");
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}

/// Holds the USDC.e behind all pUSD; ramps and adapter take it out and put it back.
contract Vault {
    Token public immutable usdce;
    mapping(address => bool) public users;
    address private immutable owner = msg.sender;

    constructor(Token usdce_) {
        usdce = usdce_;
    }

    function setUser(address user) external {
        require(msg.sender == owner, "not the owner");
        users[user] = true;
    }

    function release(address to, uint256 amount) external {
        require(users[msg.sender], "not a user");
        usdce.transfer(to, amount);
    }
}

contract Onramp {
    Token private immutable pusd;
    Vault private immutable vault;

    constructor(Token pusd_, Vault vault_) {
        pusd = pusd_;
        vault = vault_;
    }

    function wrap(address asset, address to, uint256 amount) external {
        require(asset == address(vault.usdce()), "unknown asset");
        Token(asset).transferFrom(msg.sender, address(vault), amount);
        pusd.mint(to, amount);
    }
}

contract Offramp {
    Token private immutable pusd;
    Vault private immutable vault;

    constructor(Token pusd_, Vault vault_) {
        pusd = pusd_;
        vault = vault_;
    }

    function unwrap(address asset, address to, uint256 amount) external {
        require(asset == address(vault.usdce()), "unknown asset");
        pusd.transferFrom(msg.sender, address(this), amount);
        pusd.burn(amount);
        vault.release(to, amount);
    }
}

interface ConditionalTokens {
    function splitPosition(address collateral, bytes32 parent, bytes32 condition, uint256[] calldata partition, uint256 amount) external;
    function mergePositions(address collateral, bytes32 parent, bytes32 condition, uint256[] calldata partition, uint256 amount) external;
    function redeemPositions(address collateral, bytes32 parent, bytes32 condition, uint256[] calldata indexSets) external;
    function getCollectionId(bytes32 parent, bytes32 condition, uint256 indexSet) external view returns (bytes32);
    function getPositionId(address collateral, bytes32 collection) external pure returns (uint256);
    function balanceOf(address owner, uint256 id) external view returns (uint256);
    function safeTransferFrom(address from, address to, uint256 id, uint256 amount, bytes calldata data) external;
}

/// Splits, merges and redeems in pUSD what ConditionalTokens keeps in USDC.e.
contract CollateralAdapter {
    Token private immutable pusd;
    Vault private immutable vault;
    ConditionalTokens private immutable tokens;

    constructor(Token pusd_, Vault vault_, ConditionalTokens tokens_) {
        pusd = pusd_;
        vault = vault_;
        tokens = tokens_;
        vault_.usdce().approve(address(tokens_), type(uint256).max);
    }

    function splitPosition(address collateral, bytes32 parent, bytes32 condition, uint256[] calldata partition, uint256 amount) external {
        require(collateral == address(pusd), "unknown collateral");
        pusd.transferFrom(msg.sender, address(this), amount);
        pusd.burn(amount);
        vault.release(address(this), amount);
        tokens.splitPosition(address(vault.usdce()), parent, condition, partition, amount);
        for (uint256 i = 0; i < partition.length; i++) {
            tokens.safeTransferFrom(address(this), msg.sender, positionId(parent, condition, partition[i]), amount, "");
        }
    }

    function mergePositions(address collateral, bytes32 parent, bytes32 condition, uint256[] calldata partition, uint256 amount) external {
        require(collateral == address(pusd), "unknown collateral");
        for (uint256 i = 0; i < partition.length; i++) {
            tokens.safeTransferFrom(msg.sender, address(this), positionId(parent, condition, partition[i]), amount, "");
        }
        tokens.mergePositions(address(vault.usdce()), parent, condition, partition, amount);
        pay(amount);
    }

    function redeemPositions(address collateral, bytes32 parent, bytes32 condition, uint256[] calldata indexSets) external {
        require(collateral == address(pusd), "unknown collateral");
        for (uint256 i = 0; i < indexSets.length; i++) {
            uint256 id = positionId(parent, condition, indexSets[i]);
            tokens.safeTransferFrom(msg.sender, address(this), id, tokens.balanceOf(msg.sender, id), "");
        }
        uint256 before = vault.usdce().balanceOf(address(this));
        tokens.redeemPositions(address(vault.usdce()), parent, condition, indexSets);
        pay(vault.usdce().balanceOf(address(this)) - before);
    }

    function positionId(bytes32 parent, bytes32 condition, uint256 indexSet) public view returns (uint256) {
        return tokens.getPositionId(address(vault.usdce()), tokens.getCollectionId(parent, condition, indexSet));
    }

    function pay(uint256 amount) private {
        vault.usdce().transfer(address(vault), amount);
        pusd.mint(msg.sender, amount);
    }

    function onERC1155Received(address, address, uint256, uint256, bytes calldata) external pure returns (bytes4) {
        return this.onERC1155Received.selector;
    }

    function onERC1155BatchReceived(address, address, uint256[] calldata, uint256[] calldata, bytes calldata) external pure returns (bytes4) {
        return this.onERC1155BatchReceived.selector;
    }
}
